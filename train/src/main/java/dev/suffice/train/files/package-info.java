/** Files written whole or not at all, and the safetensors format. */
@org.jspecify.annotations.NullMarked
package dev.suffice.train.files;
