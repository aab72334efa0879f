package dev.capdrop.linux.store;

import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.time.Errand;
import module java.base;

/// Makes one sentence of a file system error: what failed, where, why, and what to do.
final class Failure {
    /// @param consequence its meaning for the user, to stand at the end
    static IOException of(String doing, Path path, IOException cause, String consequence) {
        String reason = reason(cause);
        return new IOException(
                "cannot " + doing + " '" + path + "': " + reason + advice(reason) + consequence,
                cause);
    }

    /// Takes a step, whose failure is told as [#of] does.
    static <T> T during(String doing, Path path, String consequence, Errand<T> step)
            throws IOException {
        try {
            return step.take();
        } catch (IOException failed) {
            throw of(doing, path, failed, consequence);
        }
    }

    /// Returns the reason in words, where the JDK often has only the file's name.
    static String reason(Exception cause) {
        return switch (cause) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException gone -> "'" + gone.getFile() + "' does not exist";
            case NotDirectoryException no -> "'" + no.getFile() + "' is no folder";
            case FileAlreadyExistsException there -> "'" + there.getFile() + "' is in the way";
            case ErrnoException refused -> reason(refused);
            case FileSystemException other ->
                    Objects.requireNonNullElse(other.getReason(), other.toString());
            default -> Objects.requireNonNullElse(cause.getMessage(), cause.toString());
        };
    }

    /// Returns the reason in the JDK's words, which are those of strerror(3).
    private static String reason(ErrnoException refused) {
        return switch (refused.errno()) {
            case EACCES -> "permission denied";
            case EPERM -> "Operation not permitted";
            case EIO -> "Input/output error";
            case ENOSPC -> "No space left on device";
            case EDQUOT -> "Disk quota exceeded";
            case EROFS -> "Read-only file system";
            default -> refused.reason();
        };
    }

    /// Returns advice by glibc's English texts (strerror(3)); none in another language.
    private static String advice(String reason) {
        return switch (reason) {
            case "permission denied" -> " (capdrop needs root for this)";
            case "No space left on device", "Disk quota exceeded" -> " (make room there)";
            case "Read-only file system" -> " (remount it writable)";
            case "Operation not permitted" ->
                    " (lsattr tells whether it is immutable or append-only; chattr -ia frees it)";
            case "Input/output error" -> " (the disk may be failing, see the kernel's log)";
            default -> "";
        };
    }
}
