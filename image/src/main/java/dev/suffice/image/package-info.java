/** Pictures with depth: what they are, how they are read and written, and files that appear together or not at all. */
package dev.suffice.image;
