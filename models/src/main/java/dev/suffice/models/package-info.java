/** From the folders people have to graphs that can be cut. */
package dev.suffice.models;
