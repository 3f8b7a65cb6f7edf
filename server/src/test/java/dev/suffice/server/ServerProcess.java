package dev.suffice.server;

import java.nio.file.Path;

/** A server in a process of its own, to be killed: prints where its page is and serves until then. */
final class ServerProcess {
    private ServerProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        try (var server = TestServer.tiny(Path.of(arguments[0]))) {
            System.out.println(server.server.page());
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}
