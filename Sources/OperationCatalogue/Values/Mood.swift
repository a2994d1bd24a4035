/// How someone felt, as a point in polar form: `r` the strength, `theta` the angle in radians.
package struct Mood: Hashable, Sendable {
    package let r: Double
    package let theta: Double

    package init(r: Double, theta: Double) {
        self.r = r
        self.theta = theta
    }
}
