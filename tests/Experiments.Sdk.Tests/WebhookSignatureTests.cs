using System.Globalization;
using System.Text;

namespace Experiments.Sdk.Tests;

public sealed class WebhookSignatureTests
{
    // The published example of Standard Webhooks.
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Timestamp = "1614265330";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"test": 2432232314}""");
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    [Fact]
    public void Sign_PublishedExample_GivesItsSignature() => Assert.Equal(Signature, WebhookSignature.Sign(Secret, Id, At, Body));

    [Fact]
    public void IsValid_ItsOwn_AlsoAmongOthers()
    {
        Assert.True(WebhookSignature.IsValid(Secret, Id, Timestamp, Signature, Body, At.AddMinutes(4)));
        Assert.True(WebhookSignature.IsValid(Secret, Id, Timestamp, $"v1a,x v1,AAAA {Signature}", Body, At.AddMinutes(-4)));
    }

    [Theory]
    [InlineData("msg_other", Timestamp, Signature)]
    [InlineData("", Timestamp, Signature)]
    [InlineData(null, Timestamp, Signature)]
    [InlineData(Id, "1614265331", Signature)]
    [InlineData(Id, "-1614265330", Signature)]
    [InlineData(Id, "soon", Signature)]
    [InlineData(Id, null, Signature)]
    [InlineData(Id, "99999999999999999999", Signature)]
    [InlineData(Id, Timestamp, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=")]
    [InlineData(Id, Timestamp, "v1,")]
    [InlineData(Id, Timestamp, "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData(Id, Timestamp, "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData(Id, Timestamp, "v1,not base 64")]
    [InlineData(Id, Timestamp, "")]
    [InlineData(Id, Timestamp, null)]
    public void IsValid_Forged_IsFalse(string? id, string? timestamp, string? signature) =>
        Assert.False(WebhookSignature.IsValid(Secret, id, timestamp, signature, Body, At));

    [Fact]
    public void IsValid_EveryBitOfTheBody_Counts()
    {
        for (var i = 0; i < Body.Length * 8; i++)
        {
            var body = Body.ToArray();
            body[i / 8] ^= (byte)(1 << (i % 8));
            Assert.False(WebhookSignature.IsValid(Secret, Id, Timestamp, Signature, body, At));
        }
    }

    [Theory]
    [InlineData(301)]
    [InlineData(-301)]
    [InlineData(86_400)]
    public void IsValid_ReplayedLater_IsFalse(int seconds) =>
        Assert.False(WebhookSignature.IsValid(Secret, Id, Timestamp, Signature, Body, At.AddSeconds(seconds)));

    [Fact]
    public void IsValid_ReplayedWithANewTimestamp_IsFalse() => Assert.False(WebhookSignature.IsValid(
        Secret, Id, At.AddHours(1).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), Signature, Body, At.AddHours(1)));

    [Theory]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("whsec_not base 64!")]
    public void Sign_WithNoSecret_Throws(string secret) =>
        Assert.Throws<ArgumentException>(() => WebhookSignature.Sign(secret, Id, At, Body));
}
