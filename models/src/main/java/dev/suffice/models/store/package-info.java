/**
 * From a name or a path to a model on this machine: bundled models, a cache of models of a hub (Hugging Face's protocol) and of Python
 * packages, and files that travel inside libraries.
 */
package dev.suffice.models.store;
