package dev.suffice.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CancellationTest {
    @Test
    void endsTheRunOnceRequested() throws InterruptedException {
        var cancellation = new Cancellation();
        assertThatCode(cancellation::check).doesNotThrowAnyException();
        var other = Thread.ofVirtual().start(cancellation::cancel);
        other.join();
        assertThat(cancellation.requested()).isTrue();
        assertThatThrownBy(cancellation::check)
                .isInstanceOf(CancelledException.class)
                .hasMessage("cancelled");
    }
}
