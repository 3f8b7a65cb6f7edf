/** What each route of the API does. */
package dev.suffice.server.api;
