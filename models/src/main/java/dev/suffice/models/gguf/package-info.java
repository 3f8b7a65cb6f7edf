/**
 * The GGUF format: typed metadata, a directory of tensors, then their bytes, plain or quantised in blocks. Files are
 * untrusted: everything is checked against the file's size before anything is allocated, and tensors are mapped, never
 * read onto the heap.
 */
package dev.suffice.models.gguf;
