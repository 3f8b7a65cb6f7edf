/** Matrices with fewer bits: in blocks along each row, each block with a scale of its own, as MatMulNBits of ONNX Runtime reads them. */
package dev.suffice.models.quantise;
