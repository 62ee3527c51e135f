// Times a published JavaScript verifier on the same quotes and collateral. Usage: node dcap-qvl.cjs VECTORS SECONDS
const fs = require('fs');
const path = require('path');
const { verify } = require('@phala/dcap-qvl');

// The signature covers the bytes of one member as they stand in the service's answer.
function member(text, name) {
    const start = text.indexOf('{', text.indexOf(`"${name}"`));
    let depth = 0;
    for (let i = start; ; i++) {
        if (text[i] === '{') depth++;
        if (text[i] === '}' && --depth === 0) return text.slice(start, i + 1);
    }
}

for (const folder of ['tdx/v4-b0c06f-uptodate-2025', 'tdx/v5-90c06f-uptodate-2026', 'sgx/v3-00a067-configuration-and-swhardening-2025']) {
    const read = (name) => fs.readFileSync(path.join(process.argv[2], folder, name));
    try {
        const tcbInfo = read('tcb-info.json').toString();
        const qeIdentity = read('qe-identity.json').toString();
        const chain = read('tcb-signing-chain.pem').toString();
        const collateral = {
            pck_crl_issuer_chain: chain, root_ca_crl: read('root-ca-crl.der'), pck_crl: read('pck-crl.der'),
            tcb_info_issuer_chain: chain, tcb_info: member(tcbInfo, 'tcbInfo'), tcb_info_signature: Buffer.from(JSON.parse(tcbInfo).signature, 'hex'),
            qe_identity_issuer_chain: chain, qe_identity: member(qeIdentity, 'enclaveIdentity'), qe_identity_signature: Buffer.from(JSON.parse(qeIdentity).signature, 'hex'),
        };
        const now = Date.parse(JSON.parse(read('case.json')).verifyAt) / 1000;
        const quote = read('quote.bin');
        const status = verify(quote, collateral, now).status;
        let best = 0;
        for (let round = 0; round < 5; round++) {
            const begin = performance.now();
            let count = 0;
            do { verify(quote, collateral, now); count++; } while (performance.now() - begin < 200 * Number(process.argv[3]));
            best = Math.max(best, 1000 * count / (performance.now() - begin));
        }
        console.log(`dcap-qvl (npm) ${folder}: ${best.toFixed(0)}/s, ${status}`);
    } catch (fault) {
        console.log(`dcap-qvl (npm) ${folder}: not measured: ${fault.message}`);
    }
}
