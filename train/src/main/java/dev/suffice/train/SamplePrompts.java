package dev.suffice.train;

import java.util.List;

/** The prompts that sample sheets show. */
final class SamplePrompts {
    static final List<String> PERSPECTIVE = List.of(
            "a red sofa in a bright living room",
            "a blue car in front of green hills",
            "a green armchair in a room with yellow walls",
            "snowy mountains with pine trees",
            "a black grand piano in a room with blue walls",
            "a white bathtub in a bathroom",
            "desert dunes under a blue sky",
            "a wooden bed in a bedroom",
            "a cactus in a room with pink walls",
            "a tent in the mountains",
            "a bicycle",
            "a teddy bear on a wooden floor");
    static final List<String> PANORAMA = List.of(
            "360 view of a snowy valley with a lake",
            "360 view of a living room with a sofa",
            "a 360 degree panorama of a forest");

    private SamplePrompts() {}
}
