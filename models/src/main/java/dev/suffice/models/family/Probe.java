package dev.suffice.models.family;

import dev.suffice.models.onnx.Value;

/** Is told what the layers of a network read and make while it is written: those that can have 8 bits. */
interface Probe {
    /** Is not interested. */
    Probe NONE = new Probe() {
        @Override
        public void reads(String path, Value value) {
            // nothing to do
        }

        @Override
        public void makes(String path, Value value) {
            // nothing to do
        }
    };

    /** What the layer of that path reads. */
    void reads(String path, Value value);

    /** What the convolution of that path makes. */
    void makes(String path, Value value);
}
