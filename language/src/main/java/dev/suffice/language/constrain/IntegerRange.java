package dev.suffice.language.constrain;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Whole numbers between two, in decimal digits, without leading zeros. */
final class IntegerRange {
    /** The most digits of a number that has no bound. */
    private static final int DIGITS = 20;

    static final BigInteger LARGEST = BigInteger.TEN.pow(DIGITS).subtract(BigInteger.ONE);
    static final BigInteger SMALLEST = LARGEST.negate();

    private IntegerRange() {}

    /** From {@code low} to {@code high}, both included; nothing if there is none. */
    static Part between(BigInteger low, BigInteger high) {
        var choices = new ArrayList<Part>();
        if (low.signum() < 0) {
            var least = high.signum() < 0 ? high.negate() : BigInteger.ONE;
            choices.add(Part.sequence(Part.text("-"), unsigned(least, low.negate())));
        }
        if (high.signum() >= 0) {
            choices.add(unsigned(low.max(BigInteger.ZERO), high));
        }
        return new Part.Choice(List.copyOf(choices));
    }

    private static Part unsigned(BigInteger low, BigInteger high) {
        var choices = new ArrayList<Part>();
        int shortest = low.toString().length();
        int longest = high.toString().length();
        for (int length = shortest; length <= longest; length++) {
            var first = length == 1 ? BigInteger.ZERO : BigInteger.TEN.pow(length - 1);
            var last = BigInteger.TEN.pow(length).subtract(BigInteger.ONE);
            if (low.max(first).compareTo(high.min(last)) <= 0) {
                choices.add(sameLength(low.max(first).toString(), high.min(last).toString()));
            }
        }
        return new Part.Choice(List.copyOf(choices));
    }

    /** Numbers between two of the same length. */
    private static Part sameLength(String low, String high) {
        if (low.isEmpty()) {
            return Part.NOTHING;
        }
        int rest = low.length() - 1;
        char first = low.charAt(0);
        char last = high.charAt(0);
        if (first == last) {
            return Part.sequence(new Part.Bytes(first, first), sameLength(low.substring(1), high.substring(1)));
        }
        var choices = new ArrayList<Part>();
        boolean fromZero = low.substring(1).equals("0".repeat(rest));
        boolean toNine = high.substring(1).equals("9".repeat(rest));
        if (!fromZero) {
            choices.add(Part.sequence(new Part.Bytes(first, first), sameLength(low.substring(1), "9".repeat(rest))));
        }
        int middle = fromZero ? first : first + 1;
        int end = toNine ? last : last - 1;
        if (middle <= end) {
            choices.add(Part.sequence(new Part.Bytes(middle, end), Part.digits(rest, rest)));
        }
        if (!toNine) {
            choices.add(Part.sequence(new Part.Bytes(last, last), sameLength("0".repeat(rest), high.substring(1))));
        }
        return new Part.Choice(List.copyOf(choices));
    }
}
