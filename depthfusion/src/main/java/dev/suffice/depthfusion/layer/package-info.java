/** From a picture with depth to layers: edges, what lies hidden behind them, triangles. */
package dev.suffice.depthfusion.layer;
