package dev.capdrop.capability;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// The capabilities of a file, as its extended attribute `security.capability` holds them.
///
/// Source: [capabilities(7)](https://man7.org/linux/man-pages/man7/capabilities.7.html), "File
/// capabilities" and "File capability extended attribute versioning"; `struct vfs_ns_cap_data`.
///
/// @param effective whether all that is granted is effective at once: one bit
/// @param rootId who is root in the attribute's user namespace, as its reader sees it, 0 to
///   4294967295; null in versions 1 and 2
public record FileCapabilities(
        Version version,
        CapabilitySet permitted,
        CapabilitySet inheritable,
        boolean effective,
        @Nullable Long rootId) {
    /// The attribute's name.
    public static final String ATTRIBUTE = "security.capability";

    /// The length of the longest attribute, in bytes.
    public static final int MAX_BYTES = Version.V3.bytes;

    private static final long MAX_ID = 0xffff_ffffL;
    private static final int REVISION_SHIFT = 24;
    private static final int EFFECTIVE_BIT = 1;
    private static final CapabilitySet LOW = new CapabilitySet(0xffff_ffffL);

    /// The layouts, by the highest byte of the first word.
    public enum Version {
        /// 12 bytes, capabilities 0 to 31; honoured, but no longer set by any kernel.
        V1(1, 12),
        /// 20 bytes, capabilities 0 to 63.
        V2(2, 20),
        /// 24 bytes: version 2 and a root id.
        V3(3, 24);

        private final int number;
        private final int bytes;

        Version(int number, int bytes) {
            this.number = number;
            this.bytes = bytes;
        }

        /// Returns 1, 2 or 3.
        public int number() {
            return number;
        }

        /// Returns the length of the attribute in bytes.
        public int bytes() {
            return bytes;
        }
    }

    /// @throws IllegalArgumentException when the version cannot hold it
    public FileCapabilities {
        if ((rootId != null) != (version == Version.V3)) {
            throw new IllegalArgumentException(
                    "root id "
                            + rootId
                            + " in version "
                            + version.number
                            + ", expected it in 3 only");
        }
        if (rootId != null && (rootId < 0 || rootId > MAX_ID)) {
            throw new IllegalArgumentException("root id " + rootId + ", expected 0 to " + MAX_ID);
        }
        if (version == Version.V1 && !LOW.containsAll(permitted.union(inheritable))) {
            throw new IllegalArgumentException("version 1 ends with capability 31");
        }
    }

    /// Returns the attribute that setcap(8) would write for this state: version 2, or version 3
    /// with a root id other than 0.
    ///
    /// @throws IllegalArgumentException when a file cannot hold the state
    public static FileCapabilities of(CapabilityState state, @Nullable Long rootId) {
        if (!canHold(state)) {
            throw new IllegalArgumentException(
                    "a file's effective set is empty, or all of its permitted and inheritable sets");
        }
        boolean owned = rootId != null && rootId != 0;
        return new FileCapabilities(
                owned ? Version.V3 : Version.V2,
                state.permitted(),
                state.inheritable(),
                !state.effective().isEmpty(),
                owned ? rootId : null);
    }

    /// Whether a file can hold this state: its effective set is one bit.
    public static boolean canHold(CapabilityState state) {
        CapabilitySet granted = state.permitted().union(state.inheritable());
        return state.effective().isEmpty() || state.effective().containsAll(granted);
    }

    /// Decodes the attribute's value.
    ///
    /// @throws CapabilitySyntaxException when it is none; execve(2) then fails with EINVAL
    public static FileCapabilities decode(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        if (value.length < Integer.BYTES) {
            throw wrongLength(value.length, "12, 20 or 24 bytes");
        }
        int magic = in.getInt();
        Version version = version(magic >>> REVISION_SHIFT);
        if (value.length != version.bytes) {
            throw wrongLength(value.length, version.bytes + " bytes of version " + version.number);
        }
        long permitted = Integer.toUnsignedLong(in.getInt());
        long inheritable = Integer.toUnsignedLong(in.getInt());
        if (version != Version.V1) {
            permitted |= (long) in.getInt() << Integer.SIZE;
            inheritable |= (long) in.getInt() << Integer.SIZE;
        }
        return new FileCapabilities(
                version,
                new CapabilitySet(permitted),
                new CapabilitySet(inheritable),
                (magic & EFFECTIVE_BIT) != 0,
                version == Version.V3 ? Integer.toUnsignedLong(in.getInt()) : null);
    }

    /// Encodes the attribute's value.
    public byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(version.bytes).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(version.number << REVISION_SHIFT | (effective ? EFFECTIVE_BIT : 0));
        out.putInt((int) permitted.bits()).putInt((int) inheritable.bits());
        if (version != Version.V1) {
            out.putInt((int) (permitted.bits() >>> Integer.SIZE));
            out.putInt((int) (inheritable.bits() >>> Integer.SIZE));
        }
        if (rootId != null) {
            out.putInt(rootId.intValue());
        }
        return out.array();
    }

    /// Returns the user whose attribute it is: the root id, else the initial namespace's root.
    public long owner() {
        return rootId == null ? 0 : rootId;
    }

    /// Returns the three sets of the text notation.
    public CapabilityState state() {
        CapabilitySet granted = permitted.union(inheritable);
        return new CapabilityState(
                effective ? granted : CapabilitySet.EMPTY, inheritable, permitted);
    }

    /// Returns what getcap(8) prints behind a file's name and a space: `cap_net_raw=ep`.
    public String format(int last) {
        return state().format(last);
    }

    /// Returns what `getcap -n` prints: with another root id than 0, as libcap's signed number.
    public String formatWithRootId(int last) {
        String text = format(last);
        return rootId == null || rootId == 0 || rootId == MAX_ID
                ? text
                : text + " [rootid=" + rootId.intValue() + "]";
    }

    private static Version version(int number) {
        for (Version version : Version.values()) {
            if (version.number == number) {
                return version;
            }
        }
        throw new CapabilitySyntaxException(
                Integer.BYTES, "found version " + number + ", expected 1, 2 or 3");
    }

    private static CapabilitySyntaxException wrongLength(int found, String expected) {
        return new CapabilitySyntaxException(
                found + 1, "found the end of " + found + " bytes, expected " + expected);
    }
}
