//! Speaking to the relay: dialling it as this station, and its errors in words.
