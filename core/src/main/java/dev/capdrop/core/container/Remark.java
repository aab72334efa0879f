package dev.capdrop.core.container;

/// Something that a reader of a configuration should know beside what it comes to: where liblxc
/// 4.0.6 reads a line otherwise, where the result depends on how the container is started, or which
/// line says nothing to Proxmox VE.
///
/// @param file the file
/// @param line the line, from 1; 0 where no line has it
/// @param text one sentence, without the place
public record Remark(String file, int line, String text) {
    /// The file, and behind a colon the line where there is one.
    public String place() {
        return line > 0 ? file + ":" + line : file;
    }
}
