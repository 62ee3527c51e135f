// Compiles ErrandLog.sol and prints what a client needs of it as JSON: the same bytes on every machine.
import { readFileSync } from 'node:fs';
import solc from 'solc';
import sha3 from 'js-sha3';

const name = 'ErrandLog';
const settings = {
  evmVersion: 'paris', // No PUSH0: consortium chains are often behind.
  optimizer: { enabled: true, runs: 10000 },
  metadata: { bytecodeHash: 'none', appendCBOR: false }, // Comments and paths do not change the code.
};
const output = JSON.parse(solc.compile(JSON.stringify({
  language: 'Solidity',
  sources: { [`${name}.sol`]: { content: readFileSync(new URL(`${name}.sol`, import.meta.url), 'utf8') } },
  settings: { ...settings, outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } } },
})));
// 1878: no licence line in the source. Anything else stops the build.
const faults = (output.errors ?? []).filter(error => error.errorCode !== '1878');
if (faults.length > 0) {
  console.error(faults.map(fault => fault.formattedMessage).join('\n'));
  process.exit(1);
}
const contract = output.contracts[`${name}.sol`][name];
const code = contract.evm.deployedBytecode.object;
console.log(JSON.stringify({
  name,
  compiler: solc.version(),
  settings,
  abi: contract.abi,
  creationCode: `0x${contract.evm.bytecode.object}`,
  code: `0x${code}`,
  codeHash: `0x${sha3.keccak256(Buffer.from(code, 'hex'))}`, // What EXTCODEHASH gives.
}, null, 2));
