package dev.capdrop.linux.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads which containers Proxmox VE's HA manager looks after: `ha/resources.cfg`.
///
/// Source: ha-manager(1). A section is `ct: VMID` and indented settings below it; a resource in the
/// state `ignored` is treated as if it were not there.
final class HaResources {
    private static final int LARGEST = 1 << 20;
    private static final Pattern SECTION = Pattern.compile("(\\w+):\\s*(\\S+)\\s*");
    private static final Pattern IGNORED = Pattern.compile("\\s+state\\s+ignored\\s*");

    private HaResources() {}

    static Set<String> containers(Path directory) throws IOException {
        try (InputStream in = Files.newInputStream(directory.resolve("ha/resources.cfg"))) {
            return parse(new String(in.readNBytes(LARGEST), StandardCharsets.UTF_8));
        } catch (NoSuchFileException none) {
            return Set.of();
        }
    }

    static Set<String> parse(String text) {
        Set<String> found = new HashSet<>();
        String vmid = "";
        for (String line : text.split("\n")) {
            Matcher section = SECTION.matcher(line);
            if (section.matches()) {
                vmid = section.group(1).equals("ct") ? section.group(2) : "";
                found.add(vmid);
            } else if (IGNORED.matcher(line).matches()) {
                found.remove(vmid);
            }
        }
        found.remove("");
        return found;
    }
}
