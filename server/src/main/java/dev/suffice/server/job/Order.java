package dev.suffice.server.job;

import dev.suffice.diffusion.ImageRequest;
import dev.suffice.server.http.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is to be made.
 *
 * @param model name of the model
 * @param request with its seed
 * @param expectedSteps denoising steps, as far as known before
 * @param given the request as the client wrote it, to be told back and used again
 */
public record Order(String model, ImageRequest request, int expectedSteps, ObjectNode given) {
    /** Images that it makes. */
    public int images() {
        return request.count();
    }

    /** As the client wrote it, with the seed that was chosen. */
    public ObjectNode told() {
        return Json.object().setAll(given).put("model", model).put("seed", request.seed());
    }
}
