package dev.capdrop.cli.render;

/// The words about lines that containers share.
///
/// @param kind the containers that share them, in front of `of` and the host's name
/// @param which what tells these from others of the host, behind its name
/// @param where the reach of an edit, behind the path
/// @param unread the words for others that nobody looked into
/// @param broken the words for those that may not come of it
/// @param profile the Incus profile that they belong to; empty where they are a host's file
public record SharedWords(
        String kind, String which, String where, String unread, String broken, String profile) {
    /// Returns the words about the file that all unprivileged containers of a host include.
    public static SharedWords ofHost() {
        return new SharedWords(
                "all unprivileged containers",
                "",
                "which only this node has: a container that moves to another node leaves it behind",
                "could not be read, so nobody knows whether it would load:",
                "would no longer load, so nothing is written:",
                "");
    }

    /// Returns the words about a profile's lines, by its word on the command line.
    public static SharedWords ofProfile(String word) {
        return new SharedWords(
                "all containers",
                " that use the profile '" + word + "'",
                "which every instance that uses the profile gets, also one that is made later",
                "use the profile too, and are neither read nor restarted:",
                "would no longer load, or would lose lines that are in force now, so nothing is written:",
                word);
    }

    /// Returns the containers of this node that share them.
    String who(String node) {
        return kind + " of " + node + which;
    }
}
