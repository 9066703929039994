; The installer for Windows: both formats of the plugin where hosts look, the command line, an uninstaller.
; `cargo xtask dist --windows` gives VERSION, BUILD, SOURCE (folder with the files) and OUT. `/S` installs silently,
; `/D=FOLDER`, as the last, says where the command line goes.
Unicode true
; A 64-bit program: it runs wherever Underscore does, and nowhere else.
Target amd64-unicode
Name "Underscore ${VERSION}"
OutFile "${OUT}"
InstallDir "$PROGRAMFILES64\Underscore"
RequestExecutionLevel admin
SetCompressor /SOLID lzma
; Times of files would make each installer another one.
SetDateSave off
ManifestDPIAware true

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Underscore"
VIAddVersionKey "FileDescription" "Underscore ${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}, build ${BUILD}"
VIAddVersionKey "LegalCopyright" "MIT or Apache-2.0"

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Underscore"

Page components
Page directory
Page instfiles
UninstPage uninstConfirm
UninstPage instfiles

Function .onInit
  SetShellVarContext all
  SetRegView 64
FunctionEnd

Function un.onInit
  SetShellVarContext all
  SetRegView 64
FunctionEnd

Section "Command line and licences"
  SectionIn RO
  SetOutPath "$INSTDIR"
  File "${SOURCE}\underscore.exe"
  File "${SOURCE}\*.txt"
  File "${SOURCE}\*.md"
  File "${SOURCE}\LICENSE-*"
  SetOutPath "$INSTDIR\completions"
  File "${SOURCE}\completions\_underscore.ps1"
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKLM "${UNINSTALL}" "DisplayName" "Underscore"
  WriteRegStr HKLM "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKLM "${UNINSTALL}" "Publisher" "Underscore"
  WriteRegStr HKLM "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKLM "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKLM "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKLM "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKLM "${UNINSTALL}" "NoRepair" 1
SectionEnd

Section "VST3 plugin"
  SetOutPath "$COMMONFILES64\VST3"
  File /r "${SOURCE}\Underscore.vst3"
SectionEnd

Section "CLAP plugin"
  SetOutPath "$COMMONFILES64\CLAP"
  File "${SOURCE}\Underscore.clap"
SectionEnd

Section "Uninstall"
  RMDir /r "$COMMONFILES64\VST3\Underscore.vst3"
  Delete "$COMMONFILES64\CLAP\Underscore.clap"
  Delete "$INSTDIR\underscore.exe"
  Delete "$INSTDIR\*.txt"
  Delete "$INSTDIR\CHANGELOG.md"
  Delete "$INSTDIR\LICENSE-APACHE"
  Delete "$INSTDIR\LICENSE-MIT"
  Delete "$INSTDIR\completions\_underscore.ps1"
  RMDir "$INSTDIR\completions"
  Delete "$INSTDIR\uninstall.exe"
  ; Only if it is empty: the user may have put something there.
  RMDir "$INSTDIR"
  DeleteRegKey HKLM "${UNINSTALL}"
SectionEnd
