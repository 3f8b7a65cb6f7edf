/** From a name or a path to a local model folder, and files that travel inside libraries. */
package dev.suffice.models.store;
