package dev.suffice.bench.speculation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChartBuilder;

/** What a run tells, as text and as a picture. */
final class SpeculationTable {
    private static final String ALL = "";

    private final Answers answers;
    private final List<Mode> modes;
    private final String plain;

    /** @param plain the mode that the others are compared with */
    SpeculationTable(Answers answers, List<Mode> modes, String plain) {
        this.answers = answers;
        this.modes = modes;
        this.plain = plain;
    }

    /** Markdown: how many times as fast as plain, by group and mode. */
    String speeds() {
        var text = new StringBuilder("| group | %s, tokens/s |".formatted(plain));
        var others = modes.stream().filter(mode -> !mode.text().equals(plain)).toList();
        others.forEach(mode -> text.append(" ").append(mode.text()).append(" |"));
        text.append("\n|---|---|").append("---|".repeat(others.size())).append('\n');
        for (var group : rows()) {
            text.append("| %s | %s |".formatted(name(group), number("%.1f", answers.speed(plain, group))));
            for (var mode : others) {
                text.append(" %s |".formatted(answers.faster(mode.text(), plain, group)));
            }
            text.append('\n');
        }
        return text.toString();
    }

    /** Markdown: tokens a pass, and the share that was accepted. */
    String drafts() {
        var others = modes.stream().filter(mode -> !mode.text().equals(plain)).toList();
        var text = new StringBuilder("| tokens a pass, accepted |");
        others.forEach(mode -> text.append(" ").append(mode.text()).append(" |"));
        text.append("\n|---|").append("---|".repeat(others.size())).append('\n');
        for (var group : rows()) {
            text.append("| %s |".formatted(name(group)));
            for (var mode : others) {
                double accepted = answers.accepted(mode.text(), group);
                text.append(" %s, %s |"
                        .formatted(
                                number("%.2f", answers.tokensPerPass(mode.text(), group)),
                                Double.isNaN(accepted) ? "none drafted" : number("%.0f%%", 100 * accepted)));
            }
            text.append('\n');
        }
        return text.toString();
    }

    void plot(Path file) throws IOException {
        var chart = new CategoryChartBuilder()
                .width(1100)
                .height(560)
                .title("How many times as fast as without drafts")
                .yAxisTitle("speed, plain decoding = 1")
                .build();
        chart.getStyler().setAvailableSpaceFill(0.8).setOverlapped(false);
        chart.getStyler().setYAxisMin(0.0).setXAxisLabelRotation(0);
        var names = rows().stream().map(SpeculationTable::name).toList();
        for (var mode : modes) {
            if (!mode.text().equals(plain)) {
                chart.addSeries(
                        mode.text(),
                        names,
                        rows().stream()
                                .map(group -> answers.faster(mode.text(), plain, group)
                                        .value())
                                .toList());
            }
        }
        ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", file.toFile());
    }

    private List<String> rows() {
        var rows = new ArrayList<String>();
        rows.add(ALL);
        rows.addAll(answers.groups());
        return rows;
    }

    private static String name(String group) {
        return group.isEmpty() ? "all questions" : group;
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
