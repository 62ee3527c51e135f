namespace Errand.Tpm;

/// <summary>The one map from response codes to errors, and from errors to what a person can do.</summary>
internal static class TpmErrors
{
    private const uint FormatOne = 0x80, Version2 = 0x100, Parameter = 0x40, Warning = 0x800, LayerMask = 0xFFFF_F000;

    /// <summary>The error in a response code, without the number of what it is about; resource managers' layer bits are dropped (TPM 2.0 Part 2, section 6.6.2).</summary>
    public static TpmError Decode(uint code)
    {
        if (code == 0) return TpmError.None;
        uint own = code & ~LayerMask;
        uint number = (own & FormatOne) != 0 ? own & 0xBF : own;
        // 910h to 916h name the missing handle by position, and so do 918h to 91Eh.
        if (number is >= 0x910 and <= 0x916) number = 0x910;
        else if (number is >= 0x918 and <= 0x91E) number = 0x918;
        return Enum.IsDefined((TpmError)number) ? (TpmError)number : TpmError.Other;
    }

    /// <summary>True when the code is about one of the command's parameters.</summary>
    public static bool IsAboutParameter(uint code) => (code & FormatOne) != 0 && (code & Parameter) != 0;

    /// <summary>True when the same command can succeed a moment later.</summary>
    public static bool MayPass(TpmError error) => error is TpmError.Yielded or TpmError.Testing or TpmError.Retry or TpmError.NvRate or TpmError.NvUnavailable
        or TpmError.ObjectMemory or TpmError.SessionMemory or TpmError.ObjectHandles or TpmError.SessionHandles or TpmError.Memory or TpmError.Canceled;

    /// <summary>Where in the command the fault is, for people; empty when the code does not say.</summary>
    public static string Place(uint code)
    {
        if ((code & FormatOne) == 0) return "";
        uint number = code >> 8 & 0xF;
        if ((code & Parameter) != 0) return $", parameter {number}";
        return number >= 8 ? $", session {number & 7}" : $", handle {number}";
    }

    /// <summary>What to do.</summary>
    public static string Remedy(TpmError error) => error switch
    {
        TpmError.DeviceMissing => "Switch the TPM on in the firmware's setup, load the kernel's tpm_tis or tpm_crb module, and in a container pass /dev/tpmrm0 in. For development use a software TPM (swtpm).",
        TpmError.DevicePermission => "Add the user that runs the node to the group tss, or whichever owns /dev/tpmrm0, and start it again.",
        TpmError.DeviceBusy => "Use /dev/tpmrm0 and not /dev/tpm0, and end whatever else holds the device.",
        TpmError.Transport => "See that the TPM's driver or the swtpm process is alive, and try again.",
        TpmError.Initialize => "The TPM got power but no TPM2_Startup. Firmware sends it: restart the machine. For swtpm send it with tpm2_startup -c.",
        TpmError.Failure => "The TPM failed its self test. Power the machine off and on; if that does not help, the TPM is broken.",
        TpmError.Reboot or TpmError.Upgrade => "Restart the machine.",
        TpmError.Lockout => "The TPM counts too many wrong authorisations. Wait for its recovery time, or reset the counter: tpm2_dictionarylockout --clear-lockout (needs the lockout authorisation).",
        TpmError.EndorsementAuthorization => "The endorsement hierarchy has an authorisation value. Give it to the node with --endorsement-value FILE, or clear it: tpm2_changeauth -c endorsement -p VALUE.",
        TpmError.Hierarchy or TpmError.Disabled => "Enable the endorsement hierarchy in the firmware's setup (often: TPM hierarchies), and restart the machine.",
        TpmError.NoEkCertificate => "Fetch the certificate from the manufacturer and give it to the node as a file; TPMs of some cloud machines have none and cannot prove anything.",
        TpmError.EkCertificateMismatch => "Give the certificate that belongs to this TPM and template.",
        TpmError.NvSpace => "NV memory is full. Remove indices or persistent keys that nobody needs: tpm2_getcap handles-persistent, tpm2_evictcontrol.",
        TpmError.NvDefined => "Something else lies at this handle. Remove it, or leave it and use the blob in the node's folder.",
        TpmError.ObjectMemory or TpmError.ObjectHandles or TpmError.SessionMemory or TpmError.SessionHandles or TpmError.Memory or TpmError.ContextGap =>
            "Other programs fill the TPM. Use /dev/tpmrm0, or free what was left behind: tpm2_flushcontext -t, -l and -s.",
        TpmError.NvRate or TpmError.NvUnavailable or TpmError.Retry or TpmError.Yielded or TpmError.Testing or TpmError.Canceled => "The TPM is busy. Try again in a moment.",
        TpmError.BadContext or TpmError.ReferenceObject or TpmError.ReferenceSession or TpmError.AuthType => "The TPM was reset meanwhile. Try again: the keys are loaded anew.",
        TpmError.Integrity or TpmError.Binding => "The bytes belong to another TPM or were altered. If the TPM was replaced or cleared, enrol the machine again.",
        TpmError.CommandCode or TpmError.Asymmetric or TpmError.Curve or TpmError.Hash or TpmError.Scheme or TpmError.KeySize or TpmError.Symmetric =>
            "This TPM lacks an algorithm or command that PC Client TPMs have. Update its firmware.",
        TpmError.PcrsMoving => "Something extends the quoted PCRs all the time. Quote only PCRs that are at rest after boot.",
        TpmError.SealedToOtherState => "Firmware or boot loader changed since the keys were sealed. If you changed them, seal the keys anew from the recovery key store: errand node restore --recovery FOLDER. If you did not, do not run the node: find out who did.",
        TpmError.SealedElsewhere => "Put the disk back into its machine, or seal the keys anew from the recovery key store: errand node restore --recovery FOLDER.",
        TpmError.NoEventLog => "Boot with UEFI and a kernel that exposes securityfs: mount -t securityfs none /sys/kernel/security; reading the log needs root.",
        TpmError.MalformedResponse => "What answered is no TPM 2.0, or a broken one. Check the device's path.",
        _ => "Run with this TPM's firmware up to date, and report the code.",
    };
}
