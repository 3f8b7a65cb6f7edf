package dev.suffice.core.calibrate;

/**
 * Probabilities of a binomial variable, computed as logarithms so that none underflows. A term is Loader's form (2000) of Stirling's: ln C(n,k) p^k (1-p)^(n-k) =
 * s(n) - s(k) - s(n-k) - n kl(k/n, p) + ln(n / (2 pi k (n-k))) / 2, where s is the error of Stirling's formula; unlike differences of ln n! it loses no digits for
 * large n.
 */
final class BinomialTail {
    private static final int EXACT = 16;
    private static final double NEGLIGIBLE = 1e-18;
    private static final double[] SMALL_ERRORS = smallErrors();

    private BinomialTail() {}

    /**
     * ln P(X <= successes) of {@code trials} with probability p each. Sums the smaller of both tails, from its largest term on.
     *
     * @param successes from 0 to {@code trials}
     * @param p above 0 and below 1
     */
    static double logCdf(long successes, long trials, double p) {
        if (successes >= trials) {
            return 0;
        }
        if (successes + 1 > trials * p) {
            return Math.log1p(-Math.exp(tail(trials - successes - 1, trials, 1 - p, p)));
        }
        return tail(successes, trials, p, 1 - p);
    }

    /** The same where k is at most a little above n p: terms fall towards 0. */
    private static double tail(long k, long n, double p, double q) {
        double term = 1;
        double sum = 1;
        for (long j = k; j > 0 && term > NEGLIGIBLE * sum; j--) {
            term *= j * q / ((n - j + 1) * p);
            sum += term;
        }
        return logTerm(k, n, p, q) + Math.log(sum);
    }

    private static double logTerm(long k, long n, double p, double q) {
        if (k == 0) {
            return n * (p < 0.5 ? Math.log1p(-p) : Math.log(q));
        }
        if (k == n) {
            return n * (q < 0.5 ? Math.log1p(-q) : Math.log(p));
        }
        return stirlingError(n)
                - stirlingError(k)
                - stirlingError(n - k)
                - n * (p < q ? divergence((double) k / n, p) : divergence((double) (n - k) / n, q))
                + Math.log(n / (2 * Math.PI * k * (n - k))) / 2;
    }

    /**
     * kl(a, p) = a ln(a/p) + (1-a) ln((1-a)/(1-p)), Kullback and Leibler's divergence of two coins; as a sum of two terms that are never negative, so that it is
     * precise where a is close to p.
     *
     * @param a from 0 to 1
     * @param p above 0 and below 1
     */
    static double divergence(double a, double p) {
        return p * excess((a - p) / p) + (1 - p) * excess((p - a) / (1 - p));
    }

    /** (1+u) ln(1+u) - u, at least 0; for small u, where that cancels, its series u^2/2 - u^3/6 + u^4/12 - ... */
    private static double excess(double u) {
        if (u <= -1) {
            return 1;
        }
        if (Math.abs(u) < 1e-3) {
            return u * u * (1.0 / 2 - u * (1.0 / 6 - u * (1.0 / 12 - u * (1.0 / 20 - u / 30))));
        }
        return (1 + u) * Math.log1p(u) - u;
    }

    /** ln n! - ln(sqrt(2 pi n) (n/e)^n). */
    private static double stirlingError(long n) {
        if (n < EXACT) {
            return SMALL_ERRORS[(int) n];
        }
        double square = (double) n * n;
        return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / square) / square) / square) / square)
                / n;
    }

    private static double[] smallErrors() {
        var errors = new double[EXACT];
        double factorial = 1;
        for (int n = 1; n < EXACT; n++) {
            factorial *= n;
            errors[n] = Math.log(factorial) - Math.log(2 * Math.PI * n) / 2 - n * Math.log(n) + n;
        }
        return errors;
    }
}
