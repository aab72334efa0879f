package dev.capdrop.linux.bus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.core.snapshot.RuntimeKind.Attached;
import dev.capdrop.linux.session.Answer;
import dev.capdrop.linux.session.OwnSession;
import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A program run in the container, with nothing of ours in its hands: no environment, no terminal,
/// no standard input, and only so many bytes and so much time for its answer.
final class AttachedCommand {
    private static final int LIMIT = 64 << 20;

    private AttachedCommand() {}

    /// What the program wrote to its standard output.
    ///
    /// @throws Answer.FailedException when it ended with another exit status than 0
    /// @throws IOException when it wrote too much, took too long or could not be started
    static String run(Attached attached, Deadline deadline, List<String> program)
            throws IOException {
        List<String> arguments = new ArrayList<>(attached.arguments());
        arguments.addAll(program);
        OwnSession attach =
                OwnSession.of(attached.program(), OwnSession.FOLDERS, attached.debianPackage())
                        .keeping(attached.variables());
        String what = "the container's " + program.getFirst();
        return new String(Answer.of(attach, arguments, what, LIMIT, deadline), UTF_8);
    }
}
