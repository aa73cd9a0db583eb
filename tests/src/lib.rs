//! What the tests share: temporary homes, people, a relay as a real process.
