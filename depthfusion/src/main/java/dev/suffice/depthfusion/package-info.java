/**
 * A picture with depth ({@link dev.suffice.depthfusion.Scene}) becomes layers of textured triangles
 * ({@link dev.suffice.depthfusion.LayeredScene}) that can be looked at from more than one point, and a page that shows them.
 */
package dev.suffice.depthfusion;
