package dev.suffice.engine.openvino;

/**
 * What an operator took in a run.
 *
 * @param name of the operator, as the library calls it
 * @param type e.g. {@code Convolution}
 * @param kernel what computed it, e.g. {@code brgconv_avx512_f32}
 * @param microseconds of one run; 0 if it was done away with
 */
record OperatorTime(String name, String type, String kernel, long microseconds) {}
