package dev.suffice.train;

import java.util.List;

/**
 * One training tuple's description.
 *
 * @param offset where its pixels begin in the shard
 * @param width pixels
 * @param height pixels
 * @param panorama whether the left and right edges meet
 * @param captions what it shows, in several wordings
 * @param kind the sort of scene the renderer made
 * @param mirrorable whether the captions hold for the mirrored picture too
 */
public record Scene(
        long offset, int width, int height, boolean panorama, List<String> captions, String kind, boolean mirrorable) {
    /** Bytes of one tuple: three of colour, four of depth and one of object mask for every pixel. */
    long bytes() {
        return 8L * width * height;
    }
}
