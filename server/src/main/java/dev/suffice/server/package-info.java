/** Serves the Studio page and the HTTP API: {@link dev.suffice.server.StudioServer} is the door. */
package dev.suffice.server;
