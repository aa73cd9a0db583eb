//! The examples in the documents are what this code writes.
