/** The experiment on early exit: how good and how fast, beside the whole model and smaller ones. */
package dev.suffice.bench.exits;
