/** Looking at a layered scene without a graphics card. */
package dev.suffice.depthfusion.render;
