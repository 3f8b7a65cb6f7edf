/** Classifiers with heads behind several layers: texts to labels, with as many layers as each text needs. */
package dev.suffice.classify;
