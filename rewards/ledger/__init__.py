"""The books: accounts, entries, postings, holds, and the sealed chain of postings."""
