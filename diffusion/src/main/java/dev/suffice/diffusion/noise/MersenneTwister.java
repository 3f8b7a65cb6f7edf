package dev.suffice.diffusion.noise;

/**
 * MT19937, the 32-bit Mersenne Twister (Matsumoto and Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed
 * uniform pseudo-random number generator", 1998).
 */
final class MersenneTwister {
    private static final int SIZE = 624;
    private static final int SHIFT = 397;
    private static final int UPPER_BIT = 0x80000000;
    private static final int LOWER_BITS = 0x7fffffff;
    private static final int TWIST = 0x9908b0df;

    private final int[] state = new int[SIZE];
    private int position = SIZE;

    /**
     * @param seed its lower 32 bits are used
     */
    MersenneTwister(long seed) {
        state[0] = (int) seed;
        for (int i = 1; i < SIZE; i++) {
            int last = state[i - 1];
            state[i] = 1812433253 * (last ^ (last >>> 30)) + i;
        }
    }

    /** The next 32 random bits. */
    int next32() {
        if (position == SIZE) {
            twist();
        }
        int y = state[position++];
        y ^= y >>> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >>> 18);
    }

    /** The next 64 random bits: the first draw is the upper half. */
    long next64() {
        long upper = next32();
        return (upper << 32) | Integer.toUnsignedLong(next32());
    }

    private void twist() {
        for (int i = 0; i < SIZE; i++) {
            int bits = (state[i] & UPPER_BIT) | (state[(i + 1) % SIZE] & LOWER_BITS);
            int twisted = (bits & 1) == 0 ? bits >>> 1 : (bits >>> 1) ^ TWIST;
            state[i] = state[(i + SHIFT) % SIZE] ^ twisted;
        }
        position = 0;
    }
}
