/** Runs that wait, go on and end, and what they tell meanwhile. */
package dev.suffice.server.job;
