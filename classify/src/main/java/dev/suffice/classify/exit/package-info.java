/** When a text leaves: what each head says, criteria that weigh it, policies. */
package dev.suffice.classify.exit;
