/**
 * The safetensors format: 8 bytes header length, a JSON header, then the tensors' bytes. Files are untrusted: the header
 * is checked against the file before anything is allocated, and tensors are mapped, never read onto the heap.
 */
package dev.suffice.models.safetensors;
