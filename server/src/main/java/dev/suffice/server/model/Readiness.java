package dev.suffice.server.model;

/**
 * How far the server has come with its first model.
 *
 * @param state loading, ready or failed
 * @param stage what is being done
 * @param done stages finished
 * @param total all stages
 * @param problem why it failed; empty otherwise
 */
public record Readiness(State state, String stage, int done, int total, String problem) {
    /** Loading, ready or failed. */
    public enum State {
        /** Not yet. */
        LOADING,
        /** Requests are answered at once. */
        READY,
        /** They never will be. */
        FAILED
    }

    static Readiness loading(String stage, int done, int total) {
        return new Readiness(State.LOADING, stage, done, total, "");
    }
}
