package dev.capdrop.cli.render;

/// What people are told of lines that containers share.
///
/// @param kind the containers that share them, in front of `of` and the host's name
/// @param which what tells these from others of the host, behind its name
/// @param where what an edit of them reaches, behind the path
/// @param unread what others are that nobody looked into
/// @param broken which may not come of it
/// @param profile the profile of Incus that they are of; empty where they are a host's file
public record SharedWords(
        String kind, String which, String where, String unread, String broken, String profile) {
    /// The file that all unprivileged containers of a host include.
    public static SharedWords ofHost() {
        return new SharedWords(
                "all unprivileged containers",
                "",
                "which is of this node alone: a container that moves to another node leaves it behind",
                "could not be read, so that nobody knows whether it would load:",
                "would not load any more, so that nothing may be written:",
                "");
    }

    /// The lines of a profile.
    ///
    /// @param word the profile, as the command line takes it
    public static SharedWords ofProfile(String word) {
        return new SharedWords(
                "all containers",
                " that use the profile '" + word + "'",
                "which every instance gets that uses the profile, one that is made later, too",
                "use the profile as well, and are neither looked into nor restarted:",
                "would load no more, or without lines that are in force now, so that nothing may be written:",
                word);
    }

    /// Who shares them on this host.
    ///
    /// @param node this host's name
    String who(String node) {
        return kind + " of " + node + which;
    }
}
