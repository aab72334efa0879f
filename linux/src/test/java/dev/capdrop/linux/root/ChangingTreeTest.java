package dev.capdrop.linux.root;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A tree whose owner changes it while it is read: what is read is of the tree, or nothing is.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ChangingTreeTest {
    private static final int LOOKS = 3000;
    private static final String INSIDE = "inside";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir Path host = Path.of("");
    private Path tree = Path.of("");
    private final AtomicInteger changes = new AtomicInteger();

    @BeforeEach
    void plantATree() throws IOException {
        tree = Files.createDirectories(host.resolve("tree"));
        Files.createDirectories(tree.resolve("a/b/c"));
        Files.writeString(host.resolve("name"), "the host's");
        Files.writeString(tree.resolve("name"), INSIDE);
        Files.writeString(tree.resolve("a/name"), INSIDE);
    }

    /// A step that the tree's owner repeats.
    private interface Step {
        void run() throws IOException;
    }

    /// Looks at a path again and again while the owner is at work.
    ///
    /// @return how many looks found something
    private int look(String path, Step step) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Thread owner =
                Thread.ofPlatform()
                        .start(() -> {
                            while (!over.get()) {
                                try {
                                    step.run();
                                    changes.incrementAndGet();
                                } catch (IOException e) {
                                    over.set(true);
                                }
                            }
                        });
        int found = 0;
        try (SafeRoot root = SafeRoot.of(tree)) {
            while (changes.get() == 0) {
                Thread.onSpinWait();
            }
            // on a busy machine all looks may fall into moments in which the owner is not at work
            long end = System.nanoTime() + PATIENCE.toNanos();
            for (int i = 0; i < LOOKS || (found == 0 && System.nanoTime() < end); i++) {
                try {
                    assertThat(root.readText(path, 100)).isEqualTo(INSIDE);
                    found++;
                } catch (IOException notThisTime) {
                    // it was away, or the kernel could not tell
                }
            }
        } finally {
            over.set(true);
            owner.join();
        }
        assertThat(changes.get()).isGreaterThan(10);
        return found;
    }

    /// Who climbs out of a directory that was moved up meanwhile would come out above the root.
    @Test
    void aDirectoryThatMovesUpWhileItIsClimbedOutOfLeadsNowhereElse() throws Exception {
        Path deep = tree.resolve("a/b/c");
        Path high = tree.resolve("c");
        int found =
                look(
                        "/a/b/c/../../../name",
                        () -> {
                            Files.move(deep, high, StandardCopyOption.ATOMIC_MOVE);
                            Files.move(high, deep, StandardCopyOption.ATOMIC_MOVE);
                        });
        assertThat(found).isPositive();
    }

    @Test
    void aDirectoryThatTurnsIntoALinkToTheHostLeadsNowhereElse() throws Exception {
        Path link = Files.createSymbolicLink(tree.resolve("l"), host);
        Path a = tree.resolve("a");
        Path kept = tree.resolve("kept");
        int found =
                look(
                        "/a/name",
                        () -> {
                            Files.move(a, kept, StandardCopyOption.ATOMIC_MOVE);
                            Files.move(link, a, StandardCopyOption.ATOMIC_MOVE);
                            Files.move(a, link, StandardCopyOption.ATOMIC_MOVE);
                            Files.move(kept, a, StandardCopyOption.ATOMIC_MOVE);
                        });
        assertThat(found).isPositive();
    }
}
