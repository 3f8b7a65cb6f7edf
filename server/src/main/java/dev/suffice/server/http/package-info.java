/** Requests, replies, routes and what guards them; the only package that knows the web server. */
package dev.suffice.server.http;
