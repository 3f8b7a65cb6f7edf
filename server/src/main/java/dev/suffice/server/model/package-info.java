/** Models that are loaded once, shared, and exchanged when others are asked for. */
package dev.suffice.server.model;
