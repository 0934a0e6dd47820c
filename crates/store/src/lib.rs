//! The local file: SQLCipher with one door for writing
