package dev.capdrop.core.container;

import dev.capdrop.core.document.LineDocument;
import java.util.ArrayList;
import java.util.List;

/// A line of a `VMID.conf` that Proxmox VE hands on to liblxc: `lxc.KEY: VALUE`.
///
/// @param index the line, from 0
/// @param text the line as written, without its end
/// @param key as written, in lower case
/// @param value as written, without the blanks around it; quotes stay
/// @param valueFrom the column of the value's first character
public record RawLine(int index, String text, String key, String value, int valueFrom) {
    /// What liblxc makes of the line that Proxmox VE generates from it. A carriage return inside
    /// the value ends a line for liblxc, so that it can be several. Their columns are those of this
    /// line.
    List<LxcLine> lxcLines() {
        String assigned = key + " = ";
        List<LxcLine> pieces = LxcSyntax.parse(LineDocument.parse(assigned + value));
        List<LxcLine> lines = new ArrayList<>();
        for (LxcLine piece : pieces) {
            lines.add(placed(piece, assigned.length(), pieces.size() == 1));
        }
        return lines;
    }

    private LxcLine placed(LxcLine piece, int generated, boolean alone) {
        int from = here(piece.from(), generated);
        String written = alone ? text : text.substring(from, here(piece.to(), generated));
        return switch (piece) {
            case LxcLine.Broken _ -> new LxcLine.Broken(index, from, written);
            case LxcLine.Setting setting ->
                    new LxcLine.Setting(
                            index,
                            from,
                            written,
                            setting.key(),
                            setting.value(),
                            here(setting.valueFrom(), generated));
        };
    }

    private int here(int column, int generated) {
        return column < generated ? 0 : column - generated + valueFrom;
    }
}
