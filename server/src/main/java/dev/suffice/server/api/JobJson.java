package dev.suffice.server.api;

import dev.suffice.server.gallery.Gallery;
import dev.suffice.server.http.Json;
import dev.suffice.server.job.Job;
import dev.suffice.server.job.JobState;
import tools.jackson.databind.node.ObjectNode;

/** A job as answers tell it. */
final class JobJson {
    private JobJson() {}

    static ObjectNode of(Job job, Gallery gallery) {
        var standing = job.standing();
        var node = Json.object()
                .put("id", job.id())
                .put("object", "job")
                .put("created", job.created().getEpochSecond())
                .put("status", standing.state().label());
        if (standing.state() == JobState.QUEUED) {
            node.put("position", standing.position());
        }
        if (standing.state() == JobState.RUNNING) {
            node.put("stage", standing.stage()).put("step", standing.step());
            node.put("steps", standing.steps() == 0 ? job.order().expectedSteps() : standing.steps());
        }
        node.set("request", job.order().told());
        var images = node.putArray("images");
        standing.images().stream()
                .flatMap(id -> gallery.find(id).stream())
                .map(ImageJson::of)
                .forEach(images::add);
        standing.failure().ifPresentOrElse(failure -> node.set("error", failure.error()), () -> node.putNull("error"));
        var self = "/v1/jobs/" + job.id();
        node.putObject("links").put("self", self).put("events", self + "/events");
        return node;
    }
}
