#!/usr/bin/env bash
# Packs Errand.Attestation with the one project it needs, then builds and runs a program that has nothing but the packages.
set -euo pipefail
cd "$(dirname "$0")/.."
top=$PWD
out=${1:-artifacts/packages}
mkdir -p "$out"
out=$(cd "$out" && pwd)
rm -f "$out"/Errand.Primitives.*nupkg "$out"/Errand.Attestation.*nupkg
for project in Errand.Primitives Errand.Attestation; do
  dotnet pack "src/$project" -c Release -o "$out" -v q -nologo
done
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)

# Not below the checkout: its build settings are not a consumer's.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp eng/PackConsumer.cs "$work/Program.cs"
cat > "$work/Consumer.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
    <RestorePackagesPath>$work/cache</RestorePackagesPath>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Errand.Attestation" Version="$version" />
  </ItemGroup>
</Project>
XML
dotnet build "$work/Consumer.csproj" -v q -nologo --source "$out" -o "$work/bin"
"$work/bin/Consumer"

# What a reader of the package needs is in it. Lists are held, not piped: grep -q leaves early, and a writer that finds nobody counts as a failure.
entries=$(unzip -Z1 "$out/Errand.Attestation.$version.nupkg")
symbols=$(unzip -Z1 "$out/Errand.Attestation.$version.snupkg")
for entry in README.md lib/net10.0/Errand.Attestation.dll lib/net10.0/Errand.Attestation.xml; do
  grep -qxF "$entry" <<<"$entries" || { echo "pack: $entry is not in the package" >&2; exit 1; }
done
grep -q '\.pdb$' <<<"$symbols" || { echo "pack: no symbols" >&2; exit 1; }
dependencies=$(unzip -p "$out/Errand.Attestation.$version.nupkg" Errand.Attestation.nuspec | sed -n 's/.*<dependency id="\([^"]*\)".*/\1/p')
[ "$dependencies" = "Errand.Primitives" ] || { echo "pack: depends on $dependencies" >&2; exit 1; }
echo "packed $out/Errand.Attestation.$version.nupkg"
