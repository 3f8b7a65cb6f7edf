/** A small ray caster for rooms and landscapes that knows the exact depth of every pixel. Depends on nothing but the JDK. */
package dev.suffice.train.scene.trace;
